import { useElementSize } from '@mantine/hooks';
import { Skeleton, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CaseView } from '../../../../../shared/contract/app/cases.ts';
import { usePicture } from '../../../api/pictures.ts';
import { useActions } from '../../../app/shortcuts.ts';
import { Failure } from '../../../components/Failure.tsx';
import type { PhotographGeometry } from '../../annotation/geometry.ts';
import type { ChangeLook, Look } from '../look.ts';
import { LightTool } from './LightTool.tsx';
import { LinkedBox } from './LinkedBox.tsx';
import { useLinked, usePointed } from './LinkedPictures.tsx';
import { InsteadOfPicture, PictureCard } from './PictureCard.tsx';
import { frameStyle } from './PixelCanvas.tsx';
import { Tool } from './Tool.tsx';
import {
  actualPixels,
  type Content,
  FIT,
  photographContent,
  type Transform,
  transformOf,
  zoomed,
  ZOOM,
} from './viewport.ts';
import classes from './pictures.module.css';

interface PhotographCardProps {
  readonly view: CaseView;
  readonly look: Look;
  readonly changeLook: ChangeLook;
  /** Marks over the photograph. */
  readonly marks: (geometry: PhotographGeometry) => ReactNode;
  /** What marks are drawn with. */
  readonly markTools: ReactNode;
}

/** The photograph with the square that the models see, and the reviewer's marks. */
export function PhotographCard({ view, look, changeLook, marks, markTools }: PhotographCardProps) {
  const { t } = useTranslation();
  const { image, frame } = view;
  const { address, data, error, refetch } = usePicture('photograph', image.sha256);
  const { ref, width, height } = useElementSize();
  const { viewport } = useLinked();
  const content = photographContent(image, frame);
  const { scale } = transformOf(viewport, content, { width, height });
  return (
    <PictureCard
      title={t('review.photograph.title')}
      caption={t('review.photograph.caption', { width: image.width, height: image.height })}
      busy={address === undefined}
      info={<PhotographInfo view={view} percent={zoomPercent(scale, frame.side)} />}
      tools={
        <>
          <ZoomTools frameSide={frame.side} content={content} box={{ width, height }} />
          <LightTool look={look} changeLook={changeLook} />
          <Tool
            name={t('review.view.lensName')}
            action="toggleMagnifier"
            pressed={look.lens}
            onClick={() => {
              changeLook({ lens: !look.lens });
            }}
          >
            {t('review.view.lens')}
          </Tool>
          {markTools}
        </>
      }
    >
      <div ref={ref} className={classes['measured']}>
        {error !== null && (
          <InsteadOfPicture>
            <Failure error={error} onRetry={() => void refetch()} />
          </InsteadOfPicture>
        )}
        {data === null && <InsteadOfPicture>{t('review.photograph.gone')}</InsteadOfPicture>}
        {error === null && data !== null && (
          <LinkedBox
            label={t('review.photograph.title')}
            content={content}
            over={(transform) => marks(geometryOf(view, content, transform))}
          >
            {(transform) => (
              <>
                {address === undefined ? (
                  <Skeleton style={photographStyle(content, transform)} radius={0} />
                ) : (
                  <img
                    src={address}
                    alt={t('review.photograph.label')}
                    draggable={false}
                    className={classes['photograph']}
                    data-magnified={isMagnified(transform.scale, frame.side)}
                    style={{
                      ...photographStyle(content, transform),
                      filter: `brightness(${look.brightness}) contrast(${look.contrast})`,
                    }}
                  />
                )}
                <div className={classes['frame']} style={frameStyle(transform)} />
              </>
            )}
          </LinkedBox>
        )}
      </div>
      {address === undefined && <VisuallyHidden role="status">{t('review.photograph.waiting')}</VisuallyHidden>}
    </PictureCard>
  );
}

const photographStyle = (content: Content, { scale, x, y }: Transform) => ({
  position: 'absolute' as const,
  left: content.x * scale + x,
  top: content.y * scale + y,
  width: content.width * scale,
  height: content.height * scale,
});

function geometryOf({ image }: CaseView, content: Content, { scale, x, y }: Transform): PhotographGeometry {
  return {
    width: image.width,
    height: image.height,
    toScreen: {
      scale: (content.width * scale) / image.width,
      x: content.x * scale + x,
      y: content.y * scale + y,
    },
  };
}

/** Pixels of the photograph on those of the screen, in per cent. */
const zoomPercent = (scale: number, frameSide: number): number =>
  Math.round((scale / frameSide) * window.devicePixelRatio * 100);

/** From here on each pixel of the photograph is a square of its own, not smoothed away. */
const isMagnified = (scale: number, frameSide: number): boolean => zoomPercent(scale, frameSide) >= 200;

function PhotographInfo({ view: { frame }, percent }: { view: CaseView; percent: number }) {
  const { t } = useTranslation();
  const place = usePointed();
  return (
    <>
      <span>{t('review.photograph.zoom', { percent })}</span>
      {place !== null && (
        <span>
          {t('review.photograph.pixel', {
            x: Math.floor(frame.x + place.x * frame.side),
            y: Math.floor(frame.y + place.y * frame.side),
          })}
        </span>
      )}
    </>
  );
}

interface ZoomToolsProps {
  readonly frameSide: number;
  readonly content: Content;
  readonly box: { readonly width: number; readonly height: number };
}

function ZoomTools({ frameSide, content, box }: ZoomToolsProps) {
  const { t } = useTranslation();
  const { change } = useLinked();
  const zoomIn = () => {
    change((before) => zoomed(before, ZOOM.step));
  };
  const zoomOut = () => {
    change((before) => zoomed(before, 1 / ZOOM.step));
  };
  const fit = () => {
    change(() => FIT);
  };
  const actual = () => {
    change((before) => actualPixels(before, content, box, frameSide, window.devicePixelRatio));
  };
  useActions({ zoomIn, zoomOut, fit, actualPixels: actual });
  return (
    <>
      <Tool name={t('review.view.zoomOut')} action="zoomOut" onClick={zoomOut}>
        −
      </Tool>
      <Tool name={t('review.view.zoomIn')} action="zoomIn" onClick={zoomIn}>
        +
      </Tool>
      <Tool name={t('review.view.fit')} action="fit" onClick={fit}>
        {t('review.view.fit')}
      </Tool>
      <Tool name={t('review.view.actualName')} action="actualPixels" onClick={actual}>
        {t('review.view.actual')}
      </Tool>
    </>
  );
}
