import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';
import type { BudgetProps } from './props.ts';

/** Tag that identifies costs; it must be activated once as a cost allocation tag of the account. */
export const DEPLOYMENT_TAG = 'srag:deployment';
/** Percentages of the budget at which an email is sent. */
const THRESHOLDS = [50, 80, 100];

/** Sends emails when the month's costs with the deployment's tag exceed shares of the budget. */
export class MonthlyBudget extends Construct {
  constructor(scope: Construct, id: string, name: string, { usdPerMonth, email }: BudgetProps) {
    super(scope, id);
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: `srag-${name}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: usdPerMonth, unit: 'USD' },
        costFilters: { TagKeyValue: [`user:${DEPLOYMENT_TAG}$${name}`] },
      },
      notificationsWithSubscribers: THRESHOLDS.map((threshold) => ({
        notification: {
          comparisonOperator: 'GREATER_THAN',
          notificationType: 'ACTUAL',
          threshold,
          thresholdType: 'PERCENTAGE',
        },
        subscribers: [{ subscriptionType: 'EMAIL', address: email }],
      })),
    });
  }
}
