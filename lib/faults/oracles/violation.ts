/** Something that must not be in a history. */
export interface Violation {
  key: string
  at: number
  says: string
}
