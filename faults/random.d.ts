export interface Random {
  next: () => number
  below: (limit: number) => number
  between: (low: number, high: number) => number
  chance: (probability: number) => boolean
  pick: <Item> (items: Item[]) => Item
  weighted: (weights: Record<string, number>) => string
  fork: (number: number) => Random
}

export function createRandom (seed: number): Random
