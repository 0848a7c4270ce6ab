/**
 * Moves the first `count` of them to the front, the last of these at its place, and puts none of the others in order: that
 * would cost several times as much.
 */
export function selectFirst<T>(items: T[], count: number, compare: (a: T, b: T) => number): void {
  let [low, high] = [0, items.length - 1]
  while (low < high) {
    const [left, right] = divide(items, low, high, compare)
    if (count - 1 <= right) high = right
    else if (count - 1 >= left) low = left
    else return
  }
}

/** Smaller ones up to the second index, greater ones from the first index on; between them is what divides them. */
function divide<T>(items: T[], low: number, high: number, compare: (a: T, b: T) => number): [number, number] {
  const pivot = items[(low + high) >> 1] as T
  let [left, right] = [low, high]
  while (left <= right) {
    while (compare(items[left] as T, pivot) < 0) left += 1
    while (compare(items[right] as T, pivot) > 0) right -= 1
    if (left > right) break
    const moved = items[left] as T
    items[left] = items[right] as T
    items[right] = moved
    left += 1
    right -= 1
  }
  return [left, right]
}
