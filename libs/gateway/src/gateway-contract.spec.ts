import { gatewayContract } from '@drydock/engine/testing';
import { GatewayRig } from './testing/gateway-rig.ts';

gatewayContract('unix sockets', async () => {
  const rig = await GatewayRig.open();
  // The rig's own endpoint makes room for those of the contract.
  await rig.endpoint.close();
  return {
    gateway: rig.gateway,
    call: async () => {
      const { status } = await rig.chat({});
      if (status !== 200) throw new Error(`answered ${String(status)}`);
    },
    close: () => rig.close(),
  };
});
