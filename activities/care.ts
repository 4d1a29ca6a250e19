/** What the workflow of the care list asks for. */
export interface CareActivities {
  /** Enters customers of cases that have ended, and plans the day's greetings; once each, however often it is called. */
  keepCare(): Promise<{ entered: number; greeted: number }>;
}
