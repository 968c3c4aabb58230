import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ModelCard } from '../../../../shared/contract/modelCard.ts';
import { formatEpsilon } from '../../../../shared/domain/epsilon.ts';
import { CLEAN, figureRows, type FigureRow, type Measure, MEASURES, measuresOf } from './figures.ts';
import { FigureText, useAttackName } from './FigureText.tsx';
import classes from './models.module.css';

/** Every figure of a card, by attack and epsilon. */
export function CardFigures({ card }: { card: ModelCard }) {
  const { t } = useTranslation();
  const rows = figureRows(card);
  const data = [...new Set(rows.map((row) => row.data))];
  if (rows.length === 0) return <Text c="var(--epsiloscope-caution)">{t('models.card.noFigures')}</Text>;
  return (
    <>
      {data.map((each) => (
        <FigureTable
          key={each}
          data={each}
          rows={rows.filter((row) => row.data === each)}
          measures={measuresOf(card)}
        />
      ))}
      <Text c="dimmed">{t('models.card.figuresExplained')}</Text>
      <Attacks rows={rows} />
    </>
  );
}

interface FigureTableProps {
  readonly data: string;
  readonly rows: readonly FigureRow[];
  readonly measures: readonly string[];
}

function FigureTable({ data, rows, measures }: FigureTableProps) {
  const { t } = useTranslation();
  const attackName = useAttackName();
  return (
    <table className={classes['figures']}>
      <caption>{data}</caption>
      <thead>
        <tr>
          <th scope="col">{t('models.card.under')}</th>
          {measures.map((name) => (
            <th key={name} scope="col">
              {isMeasure(name) ? t(`models.measure.${name}`) : name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.attack} ${String(row.epsilon)}`}>
            <th scope="row">
              {attackName(row.attack)}
              {row.epsilon !== null && <span className={classes['below']}>{formatEpsilon(row.epsilon)}</span>}
            </th>
            {measures.map((name) => (
              <td key={name}>
                <Cell row={row} measure={name} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const isMeasure = (name: string): name is Measure => (MEASURES as readonly string[]).includes(name);

function Cell({ row, measure }: { row: FigureRow; measure: string }) {
  const { t } = useTranslation();
  const figure = row.figures.get(measure);
  if (figure === undefined) return <span className={classes['quiet']}>{t('models.notMeasured')}</span>;
  return (
    <>
      <FigureText figure={figure} />
      <span className={classes['below']}>{t('models.sample', { n: figure.n })}</span>
    </>
  );
}

function Attacks({ rows }: { rows: readonly FigureRow[] }) {
  const { t } = useTranslation();
  const attacks = [...new Set(rows.map(({ attack }) => attack))].filter((attack) => attack !== CLEAN);
  if (attacks.length === 0) return null;
  return (
    <details>
      <summary>{t('models.card.attacks')}</summary>
      {attacks.map((attack) => (
        <Text key={attack} className={classes['code'] ?? ''}>
          {attack}
        </Text>
      ))}
    </details>
  );
}
