import { type Act, type Acts, Fault } from './act.ts';

/** Who asks, and who may what. */
export const identityActs: Acts = {
  GetCallerIdentity: () => ({ Arn: 'arn:aws:iam::123456789012:user/ada' }),
  DecodeAuthorizationMessage: () => ({
    DecodedMessage: '{"allowed":false,"missing":"ec2:RunInstances"}',
  }),
  AssumeRole: () => ({
    Credentials: {
      AccessKeyId: 'role-key',
      SecretAccessKey: 'role-secret',
      SessionToken: 'role-token',
      Expiration: '2999-01-01T00:00:00Z',
    },
  }),
  CreateInstanceProfile: identity('add', 'InstanceProfileName'),
  CreateRole: identity('add', 'RoleName'),
  PutRolePolicy: identity('put', 'PolicyName'),
  AddRoleToInstanceProfile: identity('add', 'link'),
  RemoveRoleFromInstanceProfile: identity('delete', 'link'),
  DeleteRolePolicy: identity('delete', 'PolicyName'),
  DeleteRole: identity('delete', 'RoleName'),
  DeleteInstanceProfile: identity('delete', 'InstanceProfileName'),
  GetInstanceProfile: ({ params }) => {
    if (params['InstanceProfileName'] === 'gone') throw new Fault('NoSuchEntity', 'not there', 404);
    return { InstanceProfile: { InstanceProfileName: params['InstanceProfileName'] } };
  },
};

/** Makes or removes something of IAM. */
function identity(verb: 'add' | 'put' | 'delete', what: string): Act {
  return ({ params }, { identities }) => {
    const name = `${what} ${params[what] ?? params['RoleName']}`;
    if (verb === 'delete') {
      if (!identities.delete(name)) throw new Fault('NoSuchEntity', name, 404);
    } else {
      if (verb === 'add' && identities.has(name)) throw new Fault('EntityAlreadyExists', name, 409);
      identities.add(name);
    }
    return {};
  };
}
