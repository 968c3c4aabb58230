import { useElementSize } from '@mantine/hooks';
import { lazy, type MouseEvent, type PointerEvent, Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Shape } from '../../../../../shared/domain/annotation.ts';
import { useActions } from '../../../app/shortcuts.ts';
import { useAnnotationDesk, useDraftState } from '../AnnotationProvider.tsx';
import { addMark, changeMark, hasRoomForMarks, removeMark } from '../answer/edits.ts';
import type { CaseDraft } from '../draft/caseDraft.ts';
import { TOOL_ACTIONS } from './DrawingTools.tsx';
import type { PhotographGeometry } from '../geometry.ts';
import classes from './DrawingLayer.module.css';
import { DrawingSurface } from './DrawingSurface.tsx';
import type { Drawn, ShapeKind } from './shapes.ts';

/** The canvas library is read when there is a mark to be shown. */
const MarksStage = lazy(async () => ({ default: (await import('./MarksStage.tsx')).MarksStage }));

/**
 * The marks over the photograph, and the drawing of new ones. It fills the box of the picture; a press that takes a mark
 * or draws goes no further, every other one goes on to what lies around it.
 */
export function DrawingLayer({ geometry }: { geometry: PhotographGeometry }) {
  const { draft, geometry: shared } = useAnnotationDesk();
  const state = useDraftState();
  useEffect(() => {
    shared.current = geometry;
    return () => {
      shared.current = null;
    };
  }, [geometry, shared]);
  if (draft === null || state === null) return null;
  return (
    <Marks geometry={geometry} draft={draft} marks={state.answer.shapes} hasRoom={hasRoomForMarks(state.answer)} />
  );
}

interface MarksProps {
  readonly geometry: PhotographGeometry;
  readonly draft: CaseDraft;
  readonly marks: readonly Shape[];
  /** For one more mark. */
  readonly hasRoom: boolean;
}

function Marks({ geometry, draft, marks, hasRoom }: MarksProps) {
  const { t } = useTranslation();
  const { tool, selection, select } = useAnnotationDesk();
  const { ref, width, height } = useElementSize();
  const press = usePress();
  useDrawingKeys(draft, marks);
  const isMeasured = width > 0 && height > 0;
  const draw = (drawn: Drawn) => {
    const id = crypto.randomUUID();
    draft.edit(addMark({ ...drawn, id, label: '' }));
    select({ id, handle: null });
  };
  return (
    <div ref={ref} className={classes['layer']} {...press.handlers}>
      {isMeasured && marks.length > 0 && (
        <div role="img" aria-label={t('annotation.marksShown', { count: marks.length })}>
          <Suspense fallback={null}>
            <MarksStage
              size={{ width, height }}
              geometry={geometry}
              marks={marks}
              selection={selection}
              onPress={press.onMark}
              onSelect={(id) => {
                select({ id, handle: null });
              }}
              onChange={(mark) => {
                draft.edit(changeMark(mark));
              }}
            />
          </Suspense>
        </div>
      )}
      {isMeasured && tool !== null && (
        <DrawingSurface
          key={tool}
          tool={tool}
          size={{ width, height }}
          geometry={geometry}
          hasRoom={hasRoom}
          marks={marks.length}
          onDrawn={draw}
        />
      )}
    </div>
  );
}

/** CSS pixels that a hand may tremble while it clicks. */
const TREMBLE = 4;

/** Tells a press on a mark, which moves it, from one beside, which moves the photograph or lets go of the mark. */
function usePress() {
  const { select } = useAnnotationDesk();
  const isOnMark = useRef(false);
  const pressedAt = useRef({ x: 0, y: 0 });
  return {
    /** The canvas hears of a press before the page around it does. */
    onMark: () => {
      isOnMark.current = true;
    },
    handlers: {
      onPointerDownCapture: (event: PointerEvent) => {
        isOnMark.current = false;
        pressedAt.current = { x: event.clientX, y: event.clientY };
      },
      onPointerDown: (event: PointerEvent) => {
        if (isOnMark.current) event.stopPropagation();
      },
      onClick: (event: MouseEvent) => {
        const { x, y } = pressedAt.current;
        const isStill = Math.hypot(event.clientX - x, event.clientY - y) < TREMBLE;
        if (!isOnMark.current && isStill) select(null);
      },
    },
  };
}

function useDrawingKeys(draft: CaseDraft, marks: readonly Shape[]): void {
  const { tool, takeTool, selection, select } = useAnnotationDesk();
  const selected = marks.find(({ id }) => id === selection?.id);
  const toggle = (kind: ShapeKind) => () => {
    takeTool(tool === kind ? null : kind);
  };
  useActions({
    [TOOL_ACTIONS.point]: toggle('point'),
    [TOOL_ACTIONS.ellipse]: toggle('ellipse'),
    [TOOL_ACTIONS.polygon]: toggle('polygon'),
    [TOOL_ACTIONS.freehand]: toggle('freehand'),
    ...(selected === undefined
      ? {}
      : {
          deleteMark: () => {
            draft.edit(removeMark(selected.id));
          },
          // With a tool in hand, its surface hears the key.
          ...(tool === null
            ? {
                stopDrawing: () => {
                  select(null);
                },
              }
            : {}),
        }),
  });
}
