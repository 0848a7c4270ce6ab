const LONGEST = 200

/** An error in words that may be shown: engines make them, but whatever was in a URL or looks like it is left out. */
export function troubleOf(error: unknown): string {
  const message = error instanceof Error && error.message !== '' ? error.message : 'it gives no answer'
  return message.replaceAll(/[a-z]+:\/\/\S*@/gi, '').slice(0, LONGEST)
}
