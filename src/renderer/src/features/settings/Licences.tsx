import { Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LibraryLicence } from '../../../../shared/contract/app/program.ts';
import classes from './settings.module.css';

/** The packages that the program is built from, each with its licence. */
export function Licences({ licences }: { licences: readonly LibraryLicence[] }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const shown = licences.filter(({ name, licence }) => `${name} ${licence}`.toLowerCase().includes(wanted));
  return (
    <Stack gap="sm">
      <TextInput
        aria-label={t('settings.about.findLicence')}
        placeholder={t('settings.about.findLicence')}
        w={300}
        value={search}
        onChange={(event) => {
          setSearch(event.currentTarget.value);
        }}
      />
      <div className={classes['licences']} role="region" aria-label={t('settings.about.licences')} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('settings.about.package')}</th>
              <th scope="col">{t('settings.about.version')}</th>
              <th scope="col">{t('settings.about.licence')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ name, version, licence }) => (
              <tr key={`${name} ${version}`}>
                <th scope="row">{name}</th>
                <td>{version}</td>
                <td>{licence}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Text c="dimmed">{t('settings.about.licencesCount', { count: shown.length })}</Text>
    </Stack>
  );
}
