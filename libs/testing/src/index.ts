export { canarySecret, findCanaries } from './canaries.ts';
export { eventually, type EventuallyOptions } from './eventually.ts';
export { freePort } from './free-port.ts';
export { freshDatabase, type FreshDatabase } from './fresh-database.ts';
export { golden } from './golden-file.ts';
export { ownPostgres, type OwnPostgres, type OwnPostgresOptions } from './own-postgres.ts';
export { ownRedis, type OwnRedis } from './own-redis.ts';
export { selfSigned, type SelfSigned } from './self-signed.ts';
export { TcpRelay } from './tcp-relay.ts';
export { ROOT, testServices, type TestServices } from './test-services.ts';
export { withClient } from './with-client.ts';
export { startScriptedModel } from './scripted-model/scripted-model.ts';
export type { ScriptedCall, ScriptedModel, ScriptedModelOptions } from './scripted-model/scripted-model.ts';
export type { ScriptInput } from './scripted-model/script.schema.ts';
export { startGitServer, type GitServer, type GitServerOptions } from './git-server/git-server.ts';
export { addReview, openIssue, openPull } from './github/people.ts';
export { startTestGithub, type RecordedRequest, type TestGithub } from './github/test-github.ts';
export type { Fault } from './github/faults.ts';
export type {
  CommentState,
  IssueState,
  PullState,
  RepositoryState,
  ReviewCommentState,
  ReviewState,
} from './github/repository-state.ts';
export { signedWebhook, webhookExamples, type SignedWebhook } from './github/webhooks.ts';
export { AnswerCheck, NO_SUCH_OPERATION, type ReceivedAnswer } from './openapi/answer-check.ts';
export { readApiDocument, type ApiDocument, type ApiOperation } from './openapi/api-document.ts';
export { ArbitraryOf } from './openapi/arbitrary-of.ts';
