/** Long work that stops between its small pieces, so that whoever runs it can let others have their turn. */
export type Steps<T> = Generator<undefined, T>
