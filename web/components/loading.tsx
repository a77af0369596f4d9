/** Says so to those who cannot see it; to others it is a quiet place that keeps its room. */
export function Loading () {
  return <div class='loading' role='status'><span class='hidden'>Loading</span></div>
}
