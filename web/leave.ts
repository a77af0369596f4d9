import { useLocation } from 'preact-iso'
import { useCallback } from 'preact/hooks'
import { settings, to } from './settings.js'

/** Goes where somebody who has signed in wanted to go: to the listed place that the link here named, else to his account. */
export function useLeaveFor (): () => void {
  const { route } = useLocation()
  return useCallback(() => {
    if (settings.returnTo === undefined) route(to('/account'), true)
    else location.replace(settings.returnTo)
  }, [route])
}
