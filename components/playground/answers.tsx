import type { DemoState } from '@/lib/fleet/demo.ts'
import { VotePip } from '../states/votes.tsx'
import { At } from '../ui/moment.tsx'
import { Section } from '../ui/section.tsx'

type DemoVote = NonNullable<DemoState['clients'][number]['last']>['votes'][number]

const PIPS = { granted: 'same', refused: 'empty', unknown: 'no-answer' } as const
const WORDS = { granted: 'yes', refused: 'no', unknown: 'no answer' } as const

/** The reason, without saying yes or no a second time. */
function Why({ vote }: { vote: DemoVote }) {
  const word = WORDS[vote.outcome]
  const why = vote.says.startsWith(`${word}: `) ? vote.says.slice(word.length + 2) : vote.says
  return why === word || why === vote.outcome ? null : <span className="text-12 text-ink-3"> {why}</span>
}

/** What every node answered to what each client last did: no is not the same as no answer. */
export function Answers({ state }: { state: DemoState }) {
  return (
    <Section
      id="answers"
      title="What each node answered last"
      aside={<span className="max-md:hidden">A no and no answer are different things</span>}
    >
      <div className="overflow-x-auto px-4 pb-3 max-md:px-3">
        <table className="w-full min-w-180 table-fixed text-left">
          <thead>
            <tr className="h-7 border-b border-line-2">
              <th scope="col" className="label w-22 pr-4">
                Client
              </th>
              <th scope="col" className="label w-36 pr-4">
                Asked
              </th>
              {state.nodes.map((node) => (
                <th key={node.id} scope="col" className="pr-4 font-mono text-12 font-medium text-ink-3">
                  {node.id}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {state.clients.map((client) => (
              <tr key={client.id} className="h-8 border-b border-line">
                <th scope="row" className="pr-4 font-mono text-12 font-medium whitespace-nowrap">
                  {client.id}
                </th>
                <td className="pr-4 whitespace-nowrap text-ink-2">
                  {client.last === null ? (
                    <span className="text-ink-3">nothing yet</span>
                  ) : (
                    <>
                      {client.last.verb} <At iso={client.last.at} className="text-12 text-ink-3" />
                    </>
                  )}
                </td>
                {state.nodes.map((node) => {
                  const vote = client.last?.votes.find((one) => one.node === node.id)
                  return (
                    <td key={node.id} className="min-w-24 pr-4">
                      {vote === undefined ? (
                        <span className="text-ink-3">–</span>
                      ) : (
                        <span className="flex items-center gap-2" title={vote.says}>
                          <VotePip is={PIPS[vote.outcome]} />
                          <span className="leading-4">
                            <b className="font-medium whitespace-nowrap">{WORDS[vote.outcome]}</b>
                            <Why vote={vote} />
                          </span>
                        </span>
                      )}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}
