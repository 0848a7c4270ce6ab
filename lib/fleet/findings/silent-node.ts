import { duration } from '../verdicts/words.ts'
import type { FindingRule } from './rule.ts'

export const silentNode: FindingRule = {
  id: 'W23',
  name: 'silent-node',
  looksFor: 'nodes that give no answer',
  find({ backend, now }) {
    return backend.nodes.flatMap((node) => {
      if (node.state !== 'no-answer') return []
      const since = node.lastAnswerAt === null ? null : now - Date.parse(node.lastAnswerAt)
      return [
        {
          severity: node.votes ? ('risk' as const) : ('note' as const),
          node: node.name,
          says: `It gives no answer: ${node.votes ? 'its votes are' : 'what it knows is'} shown as unknown, never as free.`,
          evidence: [
            since === null ? 'it has not answered yet' : `last answer ${duration(since)} ago`,
            ...(node.trouble ? [node.trouble] : []),
          ],
          suggests: 'Bring it back',
        },
      ]
    })
  },
}
