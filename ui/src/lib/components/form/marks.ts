/** What a control tells those who do not see it. */
export interface Marks {
  id: string;
  testid: string;
  describedby: string | undefined;
  required: true | undefined;
  invalid: true | undefined;
  errormessage: string | undefined;
}
