import type { VerifiedModel } from '../../api/queries.ts';
import type { PairPlace } from '../../components/ModelMark.tsx';

/** One of the two models that are compared, as the case view speaks of it. */
export interface ComparedModel {
  readonly place: PairPlace;
  readonly model: VerifiedModel;
  /** What people call it. */
  readonly name: string;
}

export const comparedModel = (place: PairPlace, model: VerifiedModel): ComparedModel => ({
  place,
  model,
  name: model.card.id,
});
