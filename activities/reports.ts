/** What the workflow of reports asks for. */
export interface ReportActivities {
  /** Closes the reports of periods that are over, and plans the mails that tell of them; once each, however often it is called. */
  closeReports(): Promise<{ closed: number; mailed: number }>;
}
