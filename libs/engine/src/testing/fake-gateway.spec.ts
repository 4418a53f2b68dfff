import { FakeEndpoint, FakeGateway } from './fake-gateway.ts';
import { gatewayContract } from './gateway.contract.ts';

gatewayContract('fake', () =>
  Promise.resolve({
    gateway: new FakeGateway(),
    call: (endpoint) =>
      endpoint instanceof FakeEndpoint
        ? endpoint.call()
        : Promise.reject(new Error('not an endpoint of the fake')),
    close: () => Promise.resolve(),
  }),
);
