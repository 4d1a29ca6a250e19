/** What the weekly workflow over causes asks for. */
export interface CauseActivities {
  /** Finds what rises in the weeks that are over, and tells those who lead; each week once, however often it is called. */
  findCauses(): Promise<{ weeks: string[] }>;
}
