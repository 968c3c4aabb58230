/** What a camera does to levels alone: exposure, contrast, colour cast. */
import { CHANNELS, channelMean, levelOfLight, LIGHT, mapLevels, randomSign, type Corrupt } from './picture.ts';

const lightOf = (level: number) => LIGHT[level] ?? 0;

/** Shares of the channels in luminance (IEC 61966-2-1). */
const LUMINANCE = [0.2126, 0.7152, 0.0722] as const;

/**
 * The two directions in which the gains of the channels can differ: red to blue, and half as far green to magenta, since
 * lamps differ most along the first.
 */
const RED_TO_BLUE = [Math.SQRT1_2, 0, -Math.SQRT1_2] as const;
const GREEN_TO_MAGENTA = [-0.5 / Math.sqrt(6), 1 / Math.sqrt(6), -0.5 / Math.sqrt(6)] as const;

/** `stops` more light, or as much less: twice the light a stop, clipped at white. */
export const brightness: Corrupt = (picture, stops, random) => {
  const gain = 2 ** (randomSign(random) * stops);
  return mapLevels(picture, (level) => levelOfLight(gain * lightOf(level)));
};

/** Levels drawn towards the mean of their channel; `kept` of the distance is left (ImageNet-C's contrast). */
export const contrast: Corrupt = (picture, kept) => {
  const means = CHANNELS.map((channel) => channelMean(picture, channel, (level) => level));
  return mapLevels(picture, (level, channel) => {
    const mean = means[channel] ?? 0;
    return mean + kept * (level - mean);
  });
};

/** A cast of any hue: gains of the channels that differ by `stops` and leave the picture's luminance as it was. */
export const hue: Corrupt = (picture, stops, random) => {
  const angle = 2 * Math.PI * random.next();
  const gains = CHANNELS.map(
    (channel) => 2 ** (stops * (Math.cos(angle) * RED_TO_BLUE[channel] + Math.sin(angle) * GREEN_TO_MAGENTA[channel])),
  );
  const luminances = CHANNELS.map((channel) => LUMINANCE[channel] * channelMean(picture, channel, lightOf));
  const before = luminances.reduce((sum, luminance) => sum + luminance, 0);
  const after = luminances.reduce((sum, luminance, channel) => sum + luminance * (gains[channel] ?? 1), 0);
  const correction = after > 0 ? before / after : 1;
  return mapLevels(picture, (level, channel) => levelOfLight(correction * (gains[channel] ?? 1) * lightOf(level)));
};
