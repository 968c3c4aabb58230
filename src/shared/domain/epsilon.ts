/**
 * Epsilon: the radius of the ball around the model input that a perturbation may not leave.
 * Held in the input's own space ([0, 1] per channel), shown to people as k/255.
 */
export const epsilonFrom255 = (k: number): number => k / 255;

/** `4/255`, `0.75/255`. */
export const formatEpsilon = (epsilon: number): string => `${Number((epsilon * 255).toFixed(4))}/255`;

/** File-name and key form of an epsilon in 1/255: `4`, `0.75`. */
export const epsilonKey = (epsilon: number): string => String(Number((epsilon * 255).toFixed(4)));

/** The largest epsilon that the search for the minimal one tries. */
export const LARGEST_SEARCHED_EPSILON = epsilonFrom255(16);

/** The resolution of the minimal epsilon: a quarter of one 8-bit step. */
export const MINIMAL_EPSILON_RESOLUTION = epsilonFrom255(0.25);
