// Conditions in a status, as k8s.io/apimachinery pkg/apis/meta/v1/validation ValidateConditions judges them.
import type { JsonObject } from '../../model/json.ts';
import { conditionReasonErrors, qualifiedNameErrors } from '../../model/names.ts';
import { duplicateValue, invalidValue, notSupported, requiredValue, tooLong } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { eachItem, textAt } from './values.ts';

const STATUSES = ['False', 'True', 'Unknown'];
const REASON_LIMIT = 1024;
const MESSAGE_LIMIT = 32 * 1024;

/** The errors of `conditions` in a status. */
export function conditionErrors(status: JsonObject, path: string): FieldError[] {
  const types = new Set<string>();
  return eachItem(status, 'conditions', path).flatMap(({ item, at }) => {
    const [type, state, reason] = [textAt(item, 'type'), textAt(item, 'status'), textAt(item, 'reason')];
    const errors = types.has(type) ? [duplicateValue(`${at}.type`, type)] : [];
    types.add(type);
    errors.push(...qualifiedNameErrors(type).map((error) => invalidValue(`${at}.type`, type, error)));
    if (!STATUSES.includes(state)) errors.push(notSupported(`${at}.status`, state, STATUSES));
    const generation = Number(item['observedGeneration'] ?? 0);
    if (generation < 0)
      errors.push(invalidValue(`${at}.observedGeneration`, generation, 'must be greater than or equal to zero'));
    if (textAt(item, 'lastTransitionTime') === '') errors.push(requiredValue(`${at}.lastTransitionTime`));
    if (reason === '') errors.push(requiredValue(`${at}.reason`));
    else errors.push(...conditionReasonErrors(reason).map((error) => invalidValue(`${at}.reason`, reason, error)));
    if (reason.length > REASON_LIMIT) errors.push(tooLong(`${at}.reason`, REASON_LIMIT));
    if (textAt(item, 'message').length > MESSAGE_LIMIT) errors.push(tooLong(`${at}.message`, MESSAGE_LIMIT));
    return errors;
  });
}
