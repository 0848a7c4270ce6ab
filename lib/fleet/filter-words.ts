/** One word of a filter as it was typed: `-state:held,"a b"`. */
export interface FilterWord {
  not: boolean
  /** As typed, in lower case; null when it is text for the name. */
  key: string | null
  /** What stands between its commas, without the quotes. */
  values: { text: string; at: number; length: number }[]
  /** Offset in the whole text, and how long it is there. */
  at: number
  length: number
}

const SPACE = /\s/
const KEY = /([a-z]+):/iy

/** Cuts a filter into words. Quotes keep spaces and commas together, two of them inside are one that is meant. */
export function filterWords(text: string): FilterWord[] {
  const words: FilterWord[] = []
  let at = 0
  while (at < text.length) {
    if (SPACE.test(text[at] ?? '')) {
      at += 1
      continue
    }
    const word = wordAt(text, at)
    if (word.key !== null || word.values.length > 0) words.push(word)
    at += word.length
  }
  return words
}

function wordAt(text: string, start: number): FilterWord {
  const not = text[start] === '-'
  KEY.lastIndex = start + (not ? 1 : 0)
  const key = KEY.exec(text)?.[1]?.toLowerCase() ?? null
  const from = start + (not ? 1 : 0) + (key === null ? 0 : key.length + 1)
  const { values, end } = valuesFrom(text, from, key !== null)
  return { not, key, values, at: start, length: end - start }
}

function valuesFrom(
  text: string,
  from: number,
  byComma: boolean,
): Pick<FilterWord, 'values'> & { end: number } {
  const values: FilterWord['values'] = []
  let [at, began, value, quoted] = [from, from, '', false]
  const take = () => {
    if (value !== '') values.push({ text: value, at: began, length: at - began })
    value = ''
    began = at + 1
  }
  for (; at < text.length; at += 1) {
    const char = text[at] ?? ''
    if (char === '"' && quoted && text[at + 1] === '"') {
      value += char
      at += 1
    } else if (char === '"') quoted = !quoted
    else if (!quoted && SPACE.test(char)) break
    else if (!quoted && byComma && char === ',') take()
    else value += char
  }
  take()
  return { values, end: at }
}
