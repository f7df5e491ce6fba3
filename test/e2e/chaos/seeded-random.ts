/** Numbers from 0 up to and without 1, the same ones for the same seed, a whole number from 1 on (xorshift of 32 bits). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
