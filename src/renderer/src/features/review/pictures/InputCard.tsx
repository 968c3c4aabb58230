import { useInterval } from '@mantine/hooks';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ModelMark } from '../../../components/ModelMark.tsx';
import { epsilonText } from '../scale.ts';
import { type Shown, pointOf } from '../shown.ts';
import { useLast } from '../useLast.ts';
import type { Side } from '../useSide.ts';
import { useAttackWords } from '../words.ts';
import type { ChangeLook, Look } from '../look.ts';
import { Divider } from './Divider.tsx';
import { InputInfo } from './InputInfo.tsx';
import { InputTools } from './InputTools.tsx';
import { LinkedBox } from './LinkedBox.tsx';
import { LostInputs } from './LostInputs.tsx';
import { attackedPixels, cleanPixels } from './perturbation.ts';
import { ComingPicture } from './ComingPicture.tsx';
import { PictureCard } from './PictureCard.tsx';
import { frameStyle, PixelCanvas } from './PixelCanvas.tsx';
import type { Inputs } from './useInputs.ts';
import { INPUT_CONTENT } from './viewport.ts';

const BLINK_MILLISECONDS = 500;

interface InputCardProps {
  readonly side: Side;
  readonly others: readonly Side[];
  readonly shown: Shown;
  readonly inputs: Inputs;
  readonly look: Look;
  readonly changeLook: ChangeLook;
  /** The key for the original is held. */
  readonly original: boolean;
}

/** What the model sees, attacked: every value of the input one square. */
export function InputCard({ side, others, shown, inputs, look, changeLook, original }: InputCardProps) {
  const { t } = useTranslation();
  const [pressed, setPressed] = useState(false);
  const [divider, setDivider] = useState(0.5);
  const blinked = useBlink(look.comparison === 'blink');
  const point = pointOf(shown);
  const { clean, attacked, shape } = inputs;
  const cleanOnes = useMemo(() => (clean === undefined ? undefined : cleanPixels(clean)), [clean]);
  const attackedOnes = useMemo(() => (attacked === undefined ? undefined : attackedPixels(attacked)), [attacked]);
  const seesOriginal = original || pressed || blinked || point === null;
  const arrived = seesOriginal ? cleanOnes : attackedOnes;
  const pixels = useLast(arrived);
  const divided = look.comparison === 'swipe' && point !== null && !seesOriginal;
  const { name, place } = side.compared;
  const epsilon = point === null ? '' : epsilonText(look.attack.norm, point.epsilon);
  const label = point === null ? t('review.input.labelClean') : t('review.input.label', { model: name, epsilon });

  return (
    <PictureCard
      title={
        <>
          <ModelMark place={place} /> {t(point === null ? 'review.input.titleClean' : 'review.input.title')}
        </>
      }
      caption={<InputCaption shown={shown} inputs={inputs} look={look} />}
      busy={arrived === undefined}
      info={<InputInfo inputs={inputs} point={point} seesOriginal={seesOriginal} comparison={look.comparison} />}
      tools={
        <InputTools
          side={side}
          others={others}
          look={look}
          changeLook={changeLook}
          attacked={point !== null}
          onPress={setPressed}
        />
      }
    >
      <LostInputs inputs={inputs}>
        {pixels === undefined || shape === undefined ? (
          <ComingPicture side={side} label={t('review.input.waiting')} />
        ) : (
          <LinkedBox
            label={label}
            content={INPUT_CONTENT}
            over={(transform) => divided && <Divider transform={transform} share={divider} onChange={setDivider} />}
          >
            {(transform) => (
              <>
                {divided && cleanOnes !== undefined && (
                  <PixelCanvas
                    shape={shape}
                    pixels={cleanOnes}
                    label={t('review.input.labelClean')}
                    style={frameStyle(transform)}
                  />
                )}
                <PixelCanvas
                  shape={shape}
                  pixels={pixels}
                  label={seesOriginal ? t('review.input.labelClean') : label}
                  style={{
                    ...frameStyle(transform),
                    ...(divided ? { clipPath: `inset(0 0 0 ${divider * 100}%)` } : {}),
                  }}
                />
              </>
            )}
          </LinkedBox>
        )}
      </LostInputs>
    </PictureCard>
  );
}

function InputCaption({ shown, inputs, look }: Pick<InputCardProps, 'shown' | 'inputs' | 'look'>) {
  const { t } = useTranslation();
  const words = useAttackWords();
  if (inputs.shape === undefined) return null;
  const { width, height } = inputs.shape;
  const point = pointOf(shown);
  if (point === null) return t('review.input.captionClean', { width, height });
  return t(shown.kind === 'carried' ? 'review.input.captionCarried' : 'review.input.caption', {
    width,
    height,
    attack: words.short(look.attack),
    epsilon: epsilonText(look.attack.norm, point.epsilon),
  });
}

/** True for half of the time while it blinks. */
function useBlink(active: boolean): boolean {
  const [blinked, setBlinked] = useState(false);
  const { start, stop } = useInterval(() => {
    setBlinked((before) => !before);
  }, BLINK_MILLISECONDS);
  useEffect(() => {
    if (active) start();
    return () => {
      stop();
      setBlinked(false);
    };
  }, [active, start, stop]);
  return active && blinked;
}
