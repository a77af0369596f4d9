/** What a figure may be at most. */
export const limits = {
  acceptedAfterEnded: 0,
  lost: 0,
  forks: 0,
  mixUps: 0,
  lostWrites: 0,
  answers500: 0,
  hangs: 0,
  unanswered: 0,
  crashes: 0,
  backToNormal: 2000
}

/** The figures that are off, those of the fault's own (true is good) among them. */
export function findOff (figures) {
  return Object.keys(figures).filter((name) => figures[name] === false || (name in limits && !(figures[name] <= limits[name])))
}
