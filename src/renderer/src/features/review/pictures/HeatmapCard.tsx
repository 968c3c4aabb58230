import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { CaseView } from '../../../../../shared/contract/app/cases.ts';
import { Failure } from '../../../components/Failure.tsx';
import { ModelMark } from '../../../components/ModelMark.tsx';
import type { ChangeLook, Look } from '../look.ts';
import { epsilonText } from '../scale.ts';
import { pointOf, type Shown } from '../shown.ts';
import { useLast } from '../useLast.ts';
import type { Side } from '../useSide.ts';
import { painted } from './colourMaps.ts';
import { HeatmapAbout } from './HeatmapAbout.tsx';
import { HeatmapInfo } from './HeatmapInfo.tsx';
import { HeatmapTools } from './HeatmapTools.tsx';
import { LinkedBox } from './LinkedBox.tsx';
import { LostInputs } from './LostInputs.tsx';
import { attackedPixels, cleanPixels } from './perturbation.ts';
import { ComingPicture } from './ComingPicture.tsx';
import { InsteadOfPicture, PictureCard } from './PictureCard.tsx';
import { frameStyle, PixelCanvas } from './PixelCanvas.tsx';
import { type Inputs } from './useInputs.ts';
import { type MapState, useShownMap } from './useShownMap.ts';
import { INPUT_CONTENT } from './viewport.ts';

/** Of the last map, while the next one is on its way. */
const FADED = 0.25;

interface HeatmapCardProps {
  readonly view: CaseView;
  readonly side: Side;
  readonly shown: Shown;
  readonly inputs: Inputs;
  readonly look: Look;
  readonly changeLook: ChangeLook;
}

/** Where the perturbation, or the verdict, acts in the model input. */
export function HeatmapCard({ view, side, shown, inputs, look, changeLook }: HeatmapCardProps) {
  const { t } = useTranslation();
  const point = pointOf(shown);
  const state = useShownMap(view.caseId, side, point, inputs, look.map);
  const title = t(`review.heatmap.titles.${look.map}`);
  const label = t('review.heatmap.label', {
    title,
    model: side.compared.name,
    epsilon: point === null ? t('review.axis.clean') : epsilonText(look.attack.norm, point.epsilon),
  });
  return (
    <PictureCard
      title={
        <>
          <ModelMark place={side.compared.place} /> {title}
        </>
      }
      aside={<Residual state={state} />}
      caption={
        <>
          <span>{t('review.heatmap.caution')}</span>
          <HeatmapAbout map={look.map} state={state} verdict={verdictOf(side, shown)} />
        </>
      }
      busy={state.kind === 'waiting'}
      info={state.kind === 'map' && <HeatmapInfo state={state} shape={inputs.shape} />}
      tools={<HeatmapTools look={look} changeLook={changeLook} />}
    >
      <LostInputs inputs={inputs}>
        <MapPicture state={state} inputs={inputs} look={look} label={label} side={side} />
      </LostInputs>
    </PictureCard>
  );
}

/** How far the map is from the sum that it must have, of the change of the margin. */
function Residual({ state }: { state: MapState }) {
  const { t } = useTranslation();
  const completeness = state.kind === 'map' ? (state.explanation?.completeness ?? null) : null;
  if (completeness === null || completeness.marginChange === 0) return null;
  const share = (completeness.sum - completeness.marginChange) / completeness.marginChange;
  return t('review.heatmap.residual', { percent: Number((Math.abs(share) * 100).toPrecision(1)) });
}

const verdictOf = ({ evidence }: Side, shown: Shown) => pointOf(shown)?.verdict ?? evidence?.verdict ?? null;

interface MapPictureProps {
  readonly state: MapState;
  readonly inputs: Inputs;
  readonly look: Look;
  readonly label: string;
  readonly side: Side;
}

function MapPicture({ state, inputs, look, label, side }: MapPictureProps) {
  const { t } = useTranslation();
  const { shape } = inputs;
  const map = state.kind === 'map' ? state : null;
  const values = map?.values;
  const colours = map?.colours;
  const limit = map?.limit.value;
  const arrived = useMemo(
    () =>
      values === undefined || colours === undefined || limit === undefined
        ? undefined
        : painted(values, colours, limit),
    [values, colours, limit],
  );
  const pixels = useLast(arrived);
  const beneath = useInputBeneath(inputs, look.overlay);
  if (state.kind === 'nothing') return <InsteadOfPicture>{t('review.heatmap.nothing')}</InsteadOfPicture>;
  if (state.kind === 'failed') {
    return (
      <InsteadOfPicture>
        <Failure error={state.error ?? new Error(t('review.input.gone'))} onRetry={state.retry} />
      </InsteadOfPicture>
    );
  }
  if (pixels === undefined || shape === undefined) {
    return <ComingPicture side={side} label={t('review.heatmap.waiting')} />;
  }
  return (
    <LinkedBox label={label} content={INPUT_CONTENT}>
      {(transform) => (
        <>
          {beneath !== undefined && (
            <PixelCanvas shape={shape} pixels={beneath} label={t('review.input.title')} style={frameStyle(transform)} />
          )}
          <PixelCanvas
            shape={shape}
            pixels={pixels}
            label={label}
            style={{
              ...frameStyle(transform),
              opacity: arrived === undefined ? FADED : beneath === undefined ? 1 : look.opacity,
            }}
          />
        </>
      )}
    </LinkedBox>
  );
}

/** The input that the heatmap lies over. */
function useInputBeneath({ clean, attacked }: Inputs, wanted: boolean) {
  return useMemo(() => {
    if (!wanted) return undefined;
    if (attacked !== undefined) return attackedPixels(attacked);
    return clean === undefined ? undefined : cleanPixels(clean);
  }, [clean, attacked, wanted]);
}
