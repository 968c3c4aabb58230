import { Modal, type ModalProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import classes from './Dialog.module.css';

/** A dialog over the page, closed by Escape, its cross, or a click beside it. */
export function Dialog(props: ModalProps) {
  const { t } = useTranslation();
  return <Modal centered classNames={CLASS_NAMES} closeButtonProps={{ 'aria-label': t('close') }} {...props} />;
}

const CLASS_NAMES = { title: classes['title'] ?? '', content: classes['content'] ?? '' };
