import type Konva from 'konva';
import { useState } from 'react';
import { Circle, Ellipse, Group, Label, Layer, Line, Stage, Tag, Text } from 'react-konva';
import type { Point, Shape } from '../../../../../shared/domain/annotation.ts';
import type { Selection } from '../AnnotationProvider.tsx';
import { onPhotograph, onScreen, type PhotographGeometry } from '../geometry.ts';
import { anchorOf, boxOf, handlesOf, movedBy, placeOf, reshaped, type Size } from './shapes.ts';

interface MarksStageProps {
  /** Of the box, in CSS pixels. */
  readonly size: Size;
  readonly geometry: PhotographGeometry;
  readonly marks: readonly Shape[];
  readonly selection: Selection | null;
  /** A mark or a handle was pressed. */
  readonly onPress: () => void;
  readonly onSelect: (id: string) => void;
  readonly onChange: (mark: Shape) => void;
}

/** The marks on a canvas over the photograph. The chosen one can be moved and reshaped. */
export function MarksStage({ size, geometry, marks, selection, ...does }: MarksStageProps) {
  const { scale, x, y } = geometry.toScreen;
  return (
    <Stage width={size.width} height={size.height}>
      <Layer>
        <Group x={x} y={y} scaleX={scale} scaleY={scale}>
          {marks.map((mark, index) => (
            <Mark
              key={mark.id}
              mark={mark}
              number={index + 1}
              geometry={geometry}
              selection={selection?.id === mark.id ? selection : null}
              {...does}
            />
          ))}
        </Group>
      </Layer>
    </Stage>
  );
}

interface MarkProps extends Pick<MarksStageProps, 'geometry' | 'onPress' | 'onSelect' | 'onChange'> {
  readonly mark: Shape;
  readonly number: number;
  /** Null: another mark is chosen, or none. */
  readonly selection: Selection | null;
}

type Dragging = Konva.KonvaEventObject<DragEvent>;

function Mark({ mark, number, geometry, selection, onPress, onSelect, onChange }: MarkProps) {
  /** As the handle in hand makes it; null: none is in hand. */
  const [reshaping, setReshaping] = useState<Shape | null>(null);
  const shown = reshaping ?? mark;
  const isSelected = selection !== null;
  // A handle's movements reach the group too: they are the handle's alone.
  const moving = (act: (group: Konva.Node) => void) => (event: Dragging) => {
    if (event.target === event.currentTarget) act(event.target);
  };
  return (
    <Group
      draggable={isSelected}
      onPointerDown={() => {
        onPress();
        onSelect(mark.id);
      }}
      onDragMove={moving((group) => {
        const moved = boxOf(movedBy(mark, group.position(), geometry));
        const from = boxOf(mark);
        group.position({ x: moved.left - from.left, y: moved.top - from.top });
      })}
      onDragEnd={moving((group) => {
        const moved = movedBy(mark, group.position(), geometry);
        group.position({ x: 0, y: 0 });
        onChange(moved);
      })}
    >
      <Outline shape={shown} scale={geometry.toScreen.scale} isSelected={isSelected} />
      <NameTag shape={shown} number={number} scale={geometry.toScreen.scale} />
      {isSelected &&
        handlesOf(mark).map((handle, index) => (
          <HandleDot
            key={index}
            at={placeOf(mark, handle)}
            geometry={geometry}
            isChosen={selection.handle === index}
            onMove={(to) => {
              setReshaping(reshaped(mark, handle, to));
            }}
            onRelease={(to) => {
              setReshaping(null);
              onChange(reshaped(mark, handle, to));
            }}
          />
        ))}
    </Group>
  );
}

/** Dark below, light above: seen on any skin. Widths are in CSS pixels, whatever the zoom. */
function Outline({ shape, scale, isSelected }: { shape: Shape; scale: number; isSelected: boolean }) {
  const light = isSelected ? 2.5 : 1.5;
  return (
    <>
      <OutlineStroke shape={shape} scale={scale} stroke="rgba(0,0,0,0.75)" width={light + 2.5} isHeard />
      <OutlineStroke shape={shape} scale={scale} stroke="#ffffff" width={light} isHeard={false} />
    </>
  );
}

interface StrokeProps {
  readonly shape: Shape;
  readonly scale: number;
  readonly stroke: string;
  readonly width: number;
  /** Whether it can be taken hold of. */
  readonly isHeard: boolean;
}

/** CSS pixels around a line in which it is taken hold of. */
const REACH = 14;

function OutlineStroke({ shape, scale, stroke, width, isHeard }: StrokeProps) {
  const style = {
    stroke,
    strokeWidth: width,
    strokeScaleEnabled: false,
    hitStrokeWidth: REACH,
    listening: isHeard,
    lineJoin: 'round',
    lineCap: 'round',
    perfectDrawEnabled: false,
  } as const;
  switch (shape.kind) {
    case 'point':
      return <Circle {...shape.at} radius={5 / scale} {...style} />;
    case 'ellipse':
      return <Ellipse {...shape.centre} radiusX={shape.radiusX} radiusY={shape.radiusY} {...style} />;
    case 'polygon':
      return <Line points={flat(shape.corners)} closed {...style} />;
    case 'freehand':
      return <Line points={flat(shape.points)} {...style} />;
  }
}

const flat = (points: readonly Point[]): number[] => points.flatMap(({ x, y }) => [x, y]);

/** Characters of a label beside its mark; the whole of it stands in the list. */
const LONGEST_TAG = 24;

function NameTag({ shape, number, scale }: { shape: Shape; number: number; scale: number }) {
  const label = shape.label.length > LONGEST_TAG ? `${shape.label.slice(0, LONGEST_TAG)}…` : shape.label;
  return (
    <Label {...anchorOf(shape)} offsetX={8} offsetY={27} scaleX={1 / scale} scaleY={1 / scale}>
      <Tag fill="rgba(0,0,0,0.8)" cornerRadius={4} />
      <Text
        text={label === '' ? String(number) : `${number} ${label}`}
        fontFamily="Inter, sans-serif"
        fontSize={11}
        padding={3}
        fill="#ffffff"
      />
    </Label>
  );
}

interface HandleDotProps {
  readonly at: ReturnType<typeof placeOf>;
  readonly geometry: PhotographGeometry;
  readonly isChosen: boolean;
  readonly onMove: (to: Point) => void;
  readonly onRelease: (to: Point) => void;
}

function HandleDot({ at, geometry, isChosen, onMove, onRelease }: HandleDotProps) {
  const { scale } = geometry.toScreen;
  if (at === null) return null;
  const placed = ({ target }: Dragging): Point => {
    const place = onPhotograph(geometry, onScreen(geometry, target.position()));
    target.position(place);
    return place;
  };
  return (
    <Circle
      {...at}
      radius={(isChosen ? 7 : 5) / scale}
      fill={isChosen ? '#000000' : '#ffffff'}
      stroke={isChosen ? '#ffffff' : '#000000'}
      strokeWidth={1.5}
      strokeScaleEnabled={false}
      hitStrokeWidth={REACH}
      draggable
      onDragMove={(event) => {
        onMove(placed(event));
      }}
      onDragEnd={(event) => {
        onRelease(placed(event));
      }}
    />
  );
}
