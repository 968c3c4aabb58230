import type { RegisteredModel } from '../../../../shared/contract/app/models.ts';
import type { ModelPair } from '../../../../shared/contract/app/session.ts';
import type { VerifiedModel } from '../../api/queries.ts';
import type { PairPlace } from '../../components/pairPlace.ts';

/** Names a model in the list, refused ones as well: they have no hash that could be trusted. */
export const keyOf = (model: RegisteredModel): string =>
  model.status === 'verified' ? model.sha256 : `${model.source} ${model.name}`;

export const nameOf = (model: RegisteredModel): string => (model.status === 'verified' ? model.card.id : model.name);

/** Which of the two models compared this one is; null: neither. */
export function placeOf(model: RegisteredModel, pair: ModelPair | null): PairPlace | null {
  if (model.status === 'refused' || pair === null) return null;
  if (model.sha256 === pair.first) return 'first';
  return model.sha256 === pair.second ? 'second' : null;
}

export const verifiedOf = (models: readonly RegisteredModel[]): readonly VerifiedModel[] =>
  models.filter((model) => model.status === 'verified');

/** The pair once a model takes a place in it: where it had the other place, the two change places. */
export function withModel(pair: ModelPair, place: PairPlace, sha256: string): ModelPair {
  const { first, second } = pair;
  if (place === 'first') return { first: sha256, second: sha256 === second ? first : second };
  return { first: sha256 === first ? second : first, second: sha256 };
}
