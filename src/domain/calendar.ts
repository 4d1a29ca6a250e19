export interface Calendar { id: string }
