/** Who takes a lock. Written beside every hold and wait, so that a stranger can find the process. */
export interface Owner {
  service: string
  host: string
  pid: number
  version?: string
  link?: string
  labels?: Record<string, string>
  /** Unique per process run; names the channel on which this process is woken. */
  process: string
}

export const ownerLabel = (owner: Pick<Owner, 'service' | 'host'>): string => `${owner.service}@${owner.host}`
