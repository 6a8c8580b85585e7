import type { Environment } from '@bake/plugin-sdk/http';
import type { AskService } from './answers.ts';

/**
 * Asks the services themselves, as `environment` says where they are and who we are. What talks to a service
 * is loaded with the first question to it.
 */
export function askServices(environment: Environment): AskService {
  return async (question, signal) => {
    switch (question.service) {
      case 'vault': {
        const { readVault } = await import('./vault.ts');
        return readVault(question.path, question.key, environment, signal);
      }
      case 'consul': {
        const { readConsul } = await import('./consul.ts');
        return readConsul(question.key, environment, signal);
      }
      case 'secrets-manager': {
        const { readSecret } = await import('./secrets-manager.ts');
        return readSecret(question.name, question.key, environment, signal);
      }
      default:
        return unreachable(question);
    }
  };
}

function unreachable(question: never): never {
  throw new Error(`no such service: ${JSON.stringify(question)}`);
}
