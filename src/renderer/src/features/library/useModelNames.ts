import { useTranslation } from 'react-i18next';
import { useComparedModels } from '../../api/queries.ts';

/** What people call the two models that are compared; `first model` and `second model` until they are known. */
export function useModelNames(): { readonly first: string; readonly second: string } {
  const { t } = useTranslation();
  const models = useComparedModels();
  return {
    first: models?.first.card.id ?? t('library.firstModel'),
    second: models?.second.card.id ?? t('library.secondModel'),
  };
}
