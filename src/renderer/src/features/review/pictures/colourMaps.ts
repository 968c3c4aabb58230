/** Perceptually uniform colour maps: equal steps of a value are equal steps to the eye, also in grey. */

export type Rgb = readonly [red: number, green: number, blue: number];

/**
 * Viridis by van der Walt and Smith (2015, CC0), every eighth entry of its 256 (of matplotlib's `_cm_listed.py`) and the
 * last one, in sRGB from 0 to 1. Between them it is so smooth that straight lines are within one 8-bit step.
 */
const VIRIDIS: readonly Rgb[] = [
  [0.267004, 0.004874, 0.329415],
  [0.277018, 0.050344, 0.375715],
  [0.282327, 0.094955, 0.417331],
  [0.282884, 0.13592, 0.453427],
  [0.278826, 0.17549, 0.483397],
  [0.270595, 0.214069, 0.507052],
  [0.258965, 0.251537, 0.524736],
  [0.244972, 0.287675, 0.53726],
  [0.229739, 0.322361, 0.545706],
  [0.214298, 0.355619, 0.551184],
  [0.19943, 0.387607, 0.554642],
  [0.185556, 0.41857, 0.556753],
  [0.172719, 0.448791, 0.557885],
  [0.160665, 0.47854, 0.558115],
  [0.149039, 0.508051, 0.55725],
  [0.13777, 0.537492, 0.554906],
  [0.127568, 0.566949, 0.550556],
  [0.120565, 0.596422, 0.543611],
  [0.120638, 0.625828, 0.533488],
  [0.132268, 0.655014, 0.519661],
  [0.157851, 0.683765, 0.501686],
  [0.196571, 0.711827, 0.479221],
  [0.24607, 0.73891, 0.452024],
  [0.304148, 0.764704, 0.419943],
  [0.369214, 0.788888, 0.382914],
  [0.440137, 0.811138, 0.340967],
  [0.515992, 0.831158, 0.294279],
  [0.595839, 0.848717, 0.243329],
  [0.678489, 0.863742, 0.189503],
  [0.762373, 0.876424, 0.137064],
  [0.845561, 0.887322, 0.099702],
  [0.926106, 0.89733, 0.104071],
  [0.993248, 0.906157, 0.143936],
];

/** Places of the entries among the 256; the last two are seven apart, not eight. */
const viridisPlace = (entry: number): number => Math.min(entry * 8, 255);

/** @param share 0 to 1; what lies outside takes the end's colour */
export function viridis(share: number): Rgb {
  const position = clamped(share, 0, 1) * 255;
  const entry = Math.min(Math.floor(position / 8), VIRIDIS.length - 2);
  const from = viridisPlace(entry);
  return mixed(entryOf(entry), entryOf(entry + 1), (position - from) / (viridisPlace(entry + 1) - from));
}

function entryOf(entry: number): Rgb {
  const colour = VIRIDIS[entry];
  if (colour === undefined) throw new RangeError(`Viridis has no entry ${entry}.`);
  return colour;
}

/** In OKLab (Ottosson 2020): lightness at zero and at the ends, chroma and hues of the ends. All of it lies within sRGB. */
const DIVERGING = { darkest: 0.17, lightest: 0.8, chroma: 0.1, below: radians(35), above: radians(250) } as const;

/**
 * Near black at zero, towards rose below it and towards blue above it: lightness and chroma grow in proportion to the
 * distance from zero, alike on both sides, so that neither side looks larger than it is.
 *
 * @param share -1 to 1; what lies outside takes the end's colour
 */
export function diverging(share: number): Rgb {
  const size = Math.abs(clamped(share, -1, 1));
  const hue = share < 0 ? DIVERGING.below : DIVERGING.above;
  const chroma = DIVERGING.chroma * size;
  const lightness = DIVERGING.darkest + (DIVERGING.lightest - DIVERGING.darkest) * size;
  return fromOklab(lightness, chroma * Math.cos(hue), chroma * Math.sin(hue));
}

/** OKLab to sRGB, https://bottosson.github.io/posts/oklab (public domain). */
function fromOklab(lightness: number, a: number, b: number): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

const gamma = (linear: number): number => (linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055);

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

const clamped = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

const mixed = (one: Rgb, other: Rgb, share: number): Rgb => [
  one[0] + (other[0] - one[0]) * share,
  one[1] + (other[1] - one[1]) * share,
  one[2] + (other[2] - one[2]) * share,
];

export type ColourMap = 'viridis' | 'diverging';

/** 0 (for `diverging` -limit) to limit, through the map. */
export const colourOf = (map: ColourMap, value: number, limit: number): Rgb => {
  const share = limit > 0 ? value / limit : 0;
  return map === 'viridis' ? viridis(share) : diverging(share);
};

/** The values as pixels: red, green, blue and opaque, 8 bit each. */
export function painted(values: Float32Array, map: ColourMap, limit: number): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(values.length * 4);
  values.forEach((value, index) => {
    const [red, green, blue] = colourOf(map, value, limit);
    pixels.set([red * 255, green * 255, blue * 255, 255], index * 4);
  });
  return pixels;
}
