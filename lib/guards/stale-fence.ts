/** A write was refused: its hold is over, and a later one has written since. Trying again will not help. */
export class StaleFence extends Error {
  override readonly name = 'StaleFence'
  readonly resource: string
  readonly fence: string
  /** The highest fence that the resource has seen. */
  readonly seen: string

  constructor(resource: string, fence: bigint, seen: bigint) {
    super(`a write to ${resource} came too late: its fence is ${fence}, and ${seen} has been seen`)
    this.resource = resource
    this.fence = String(fence)
    this.seen = String(seen)
  }
}
