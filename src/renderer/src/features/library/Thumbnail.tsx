import { useTranslation } from 'react-i18next';
import type { ListedCase } from '../../../../shared/contract/app/library.ts';
import { usePicture } from '../../api/pictures.ts';
import classes from './Thumbnail.module.css';

interface ThumbnailProps {
  readonly sha256: ListedCase['imageSha256'];
}

/** A photograph in small, filling the place it is given; decoration of a card or row that is labelled itself. */
export function Thumbnail({ sha256 }: ThumbnailProps) {
  const { t } = useTranslation();
  const { address, data, isError } = usePicture('thumbnail', sha256);
  if (isError || data === null) return <span className={classes['missing']}>{t('library.card.noPhotograph')}</span>;
  return address === undefined ? null : <img className={classes['picture']} src={address} alt="" draggable={false} />;
}
