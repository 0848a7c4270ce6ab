import type { Members } from './members.ts'

export interface Counted extends Members {
  /** What was sent to members since, every attempt by itself. */
  sent(): number
  count(): void
}

/** The same members, for one who has to tell what asking them costs. */
export function counted(members: Members): Counted {
  let sent = 0
  return {
    ...members,
    ask: (question) =>
      members.ask((client, options) => {
        sent += 1
        return question(client, options)
      }),
    sent: () => sent,
    count() {
      sent += 1
    },
  }
}
