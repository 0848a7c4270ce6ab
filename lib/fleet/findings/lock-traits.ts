import { number } from '../numbers.ts'
import type { FindingRule, Found, Looked } from './rule.ts'
import type { Trait } from './summary.ts'
import { tooShort } from './too-short.ts'
import { counted, examplesOf } from './words.ts'

type Words = Pick<Found, 'severity' | 'suggests'> & { says(locks: string, one: boolean): string }

/** Findings that many locks of a backend have in common: how many, and a few by name. */
const about = (id: string, name: string, looksFor: string, trait: Trait, words: Words): FindingRule => ({
  id,
  name,
  looksFor,
  find({ locks }: Looked) {
    const group = locks[trait]
    if (group.count === 0) return []
    const { severity, suggests, says } = words
    return [
      {
        severity,
        node: null,
        says: says(counted(group.count, 'lock'), group.count === 1),
        evidence: [`${number(group.count)} of ${number(locks.held)} held`, ...examplesOf(group)],
        suggests,
      },
    ]
  },
})

const tooLong = about(
  'W11',
  'too-long',
  'TTLs of more than an hour, or too short for slow answers',
  'tooLong',
  {
    severity: 'note',
    says: (locks, one) =>
      `${locks} ${one ? 'lasts' : 'last'} for more than an hour without a sign of life: a dead holder blocks for as long.`,
    suggests: 'Use a short TTL and renew it',
  },
)

export const lockTraits: readonly FindingRule[] = [
  about('W10', 'without-ttl', 'locks that never end by themselves', 'noTtl', {
    severity: 'risk',
    says: (locks, one) =>
      `${locks} ${one ? 'was' : 'were'} taken without a TTL: if the holder dies, somebody has to step in.`,
    suggests: 'Give them a TTL and renew it',
  }),
  { ...tooLong, find: (looked) => [...tooLong.find(looked), ...tooShort(looked)] },
  about('W12', 'renewed-late', 'holders that stopped renewing', 'silent', {
    severity: 'risk',
    says: (locks, one) => `The holder${one ? '' : 's'} of ${locks} stopped renewing.`,
    suggests: 'See in Triage whether they are dead',
  }),
  about('W13', 'left-over-votes', 'votes without a majority', 'partial', {
    severity: 'note',
    says: (locks, one) =>
      `${locks} ${one ? 'has' : 'have'} votes but no majority: a grab that was not cleaned up, or votes that were lost.`,
    suggests: 'Let them run out',
  }),
  about('W14', 'nodes-disagree', 'nodes that name different holders', 'split', {
    severity: 'risk',
    says: (locks) => `The nodes disagree about who holds ${locks}.`,
    suggests: 'See in Triage who claims them',
  }),
  about('W16', 'shared-lease', 'keys that end together', 'sharedLease', {
    severity: 'note',
    says: (locks, one) =>
      `${locks} of other libraries ${one ? 'shares its lease' : 'share their leases'} with other keys: all of them end together.`,
    suggests: 'Release by deleting the key, not by revoking the lease',
  }),
  about('W17', 'without-fence', 'locks that nothing can be checked against', 'unfenced', {
    severity: 'note',
    says: (locks, one) =>
      `${locks} ${one ? 'has' : 'have'} no fence: a holder that comes too late can’t be turned away.`,
    suggests: 'Use them for saving work only, not for what must be right',
  }),
  about('W18', 'fence-went-down', 'fences that went down', 'fenceWentDown', {
    severity: 'alarm',
    says: (locks, one) =>
      `The fence${one ? '' : 's'} of ${locks} went down: guards refuse the new holder, or let an old one write.`,
    suggests: 'Find out which store lost data; raise what the guards have seen only by hand',
  }),
]
