let isBack = false

/** Called once by the shell: pages that are left by going back in the history are told from those that a link leads to. */
export function countTurns(): () => void {
  const onBack = () => {
    isBack = true
  }
  window.addEventListener('popstate', onBack)
  return () => window.removeEventListener('popstate', onBack)
}

/** The page that follows is a new one again. */
export const arrived = (): void => {
  isBack = false
}

/** While a page is drawn for the first time: was it left before, and is now come back to? */
export const cameBack = (): boolean => isBack
