/** Nobody looks for a word further on in a name. */
const LONGEST_NAME = 1_024
const APART = /(?:^|[:._\-/{}])(?:locks?|locked|mutex|semaphore|leader|election|singleton)(?=$|[:._\-/{}])/i
const INSIDE = /[a-z](?:Locks?|Locked|Mutex|Semaphore|Leader|Election|Singleton)(?=$|[:._\-/{}A-Z])/

/** Does a name say that it is a lock? `orders/lock`, `jobs-leader` and `ordersLock` do, `clock` and `unlocked` don't. */
export function saysLock(name: Buffer): boolean {
  const text = name.toString('latin1', 0, LONGEST_NAME)
  return APART.test(text) || INSIDE.test(text)
}
