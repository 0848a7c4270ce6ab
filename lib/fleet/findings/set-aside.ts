import type { FindingRule } from './rule.ts'

/** Nobody takes thousands of locks and never gives one back; but somebody has to say so if he does. */
export const setAside: FindingRule = {
  id: 'W24',
  name: 'set-aside',
  looksFor: 'names of locks behind which there is something else',
  find({ backend }) {
    const { setAside = [] } = backend
    if (setAside.length === 0) return []
    return [
      {
        severity: 'note',
        node: null,
        says: 'Names that say that they are locks are not shown as such: they behave like sessions.',
        evidence: [...setAside, 'none of them was released, renewed or taken again in all that time'],
        suggests: 'Look with confidence:candidate, and pin the names to a dialect, or to none',
      },
    ]
  },
}
