// What reading hostile tool schemas may cost: steps and types, per tool and per server. A schema of a few kilobytes can
// ask for as much work as one likes (references that multiply, lists read again for each reference to them).

/** Types made per tool; a schema of nested references can ask for exponentially many. */
const MAX_TYPES = 5_000;
/** Steps taken per tool: about a tenth of a second at the very worst. */
export const MAX_STEPS = 50_000;
const SERVER_TYPES = 20 * MAX_TYPES;
const SERVER_STEPS = 20 * MAX_STEPS;

/** What is left for one tool; taking more than that ends the reading of its schema, and of no other. */
export interface Budget {
  /** Why nothing more can be read; null while something can. */
  spent: string | null;
  /** Takes steps; false when there are none left. */
  takeSteps(steps: number): boolean;
  /** Takes one type; false when there are none left. */
  takeType(): boolean;
}

/** Gives out the budgets of one server's tools, one after the other. */
export function serverBudget(): () => Budget {
  let [serverSteps, serverTypes] = [SERVER_STEPS, SERVER_TYPES];
  return () => {
    let [steps, types] = [0, 0];
    const budget: Budget = {
      spent: null,
      takeSteps(taken) {
        steps += taken;
        serverSteps -= taken;
        if (steps > MAX_STEPS) budget.spent ??= `reading the schema takes more than ${MAX_STEPS} steps`;
        else if (serverSteps < 0) budget.spent ??= WHOLE;
        return budget.spent === null;
      },
      takeType() {
        types += 1;
        serverTypes -= 1;
        if (types > MAX_TYPES) budget.spent ??= `the schema describes more than ${MAX_TYPES} types`;
        else if (serverTypes < 0) budget.spent ??= WHOLE;
        return budget.spent === null;
      },
    };
    return budget;
  };
}

const WHOLE = 'the schemas of the whole server describe more than is read of one server';
