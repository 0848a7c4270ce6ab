import type { HTMLAttributes } from 'react'

type Props = HTMLAttributes<HTMLElement>

/*
 * A table whose rows are virtual and laid out as a grid. Native table elements lose their meaning in some browsers once
 * their display is changed, so the roles are given by hand, here and only here.
 */

export const GridTable = (props: Props) => (
  // biome-ignore lint/a11y/useSemanticElements: see above
  <div role="table" {...props} />
)

export const GridRows = (props: Props) => (
  // biome-ignore lint/a11y/useSemanticElements: see above
  <div role="rowgroup" {...props} />
)

export const GridRow = (props: Props) => (
  // biome-ignore lint/a11y/useSemanticElements: see above
  // biome-ignore lint/a11y/useFocusableInteractive: a row of a table is none that is focused
  <div role="row" {...props} />
)

export const GridCell = (props: Props) => (
  // biome-ignore lint/a11y/useSemanticElements: see above
  <span role="cell" {...props} />
)

export const GridRowHead = (props: Props) => (
  // biome-ignore lint/a11y/useSemanticElements: see above
  // biome-ignore lint/a11y/useFocusableInteractive: a head of a row is none that is focused
  <span role="rowheader" {...props} />
)

export const GridColumnHead = (props: Props) => (
  // biome-ignore lint/a11y/useSemanticElements: see above
  // biome-ignore lint/a11y/useFocusableInteractive: the button in it is
  <span role="columnheader" {...props} />
)
