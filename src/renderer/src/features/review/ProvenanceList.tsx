import { useTranslation } from 'react-i18next';
import type { Provenance } from '../../../../shared/contract/app/cases.ts';
import classes from './review.module.css';

/** What made a figure, in full: attack with every parameter, seed, numerics, model and time. */
export function ProvenanceList({ provenance }: { provenance: Provenance }) {
  const { t } = useTranslation();
  const { attack, seed, backend, device, threads, numericsFingerprint, modelSha256, at } = provenance;
  const rows = [
    [t('review.provenance.attack'), attack],
    [t('review.provenance.seed'), String(seed)],
    [
      t('review.provenance.computer'),
      t('review.provenance.computedBy', { backend: t(`backend.${backend}`), device, count: threads }),
    ],
    [t('review.provenance.fingerprint'), numericsFingerprint],
    [t('review.provenance.model'), modelSha256],
    [t('review.provenance.at'), at],
  ] as const;
  return (
    <dl className={classes['facts']}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
