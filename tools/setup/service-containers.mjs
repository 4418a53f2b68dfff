/** Runs the containers of an instance's services and keeps them as their specs say. */
import { docker, orMissing } from './docker-client.mjs';
import { imageName } from './images.mjs';
import { findFreePort, isPortFree } from './ports.mjs';
import { passwordIn } from './secrets.mjs';
import { CONFIG_LABEL, DATA_DIR_LABEL, SERVICES, serviceSpec, withPort } from './service-specs.mjs';

const PORT_TRIES = 5;

const hostPortOf = (inspected, service) =>
  Number(inspected.HostConfig.PortBindings?.[`${SERVICES[service].port}/tcp`]?.[0]?.HostPort);

const isPortTaken = (error) => /port is already allocated|address already in use|bind/.test(error.message);

const createAndStart = async (spec, service, formerPort) => {
  for (let attempt = 1; ; attempt++) {
    const keep = attempt === 1 && formerPort && (await isPortFree(formerPort));
    const port = keep ? formerPort : await findFreePort();
    const container = await docker.createContainer(withPort(spec, service, port));
    try {
      await container.start();
      return port;
    } catch (error) {
      await container.remove({ force: true });
      if (attempt === PORT_TRIES || !isPortTaken(error)) throw error;
    }
  }
};

/** Whether the service's container runs as wanted; if not, it is removed (its volume stays). With its port, if any. */
const reuse = async (spec, service) => {
  const container = docker.getContainer(spec.name);
  const inspected = await orMissing(container.inspect());
  if (!inspected) return { isUp: false };
  const port = hostPortOf(inspected, service);
  if (inspected.Config.Labels[CONFIG_LABEL] === spec.Labels[CONFIG_LABEL]) {
    const started = () =>
      container.start().then(
        () => true,
        () => false,
      );
    if (inspected.State.Running || (await started())) return { isUp: true, port };
  }
  await container.stop({ t: 20 }).catch(() => {});
  await orMissing(container.remove({ force: true }));
  return { isUp: false, port };
};

/**
 * Makes sure that the container of one service runs.
 * @param options.durable - false for instances whose data need not survive a power failure.
 * @returns the service's URL, password included.
 */
export async function ensureService(service, instance, { durable = true } = {}) {
  const image = await docker.getImage(imageName(service)).inspect();
  const password = passwordIn(instance.path('services', `${service}.password`));
  const spec = serviceSpec(service, { instance, imageId: image.Id, password, durable });
  const found = await reuse(spec, service);
  const port = found.isUp ? found.port : await createAndStart(spec, service, found.port);
  return SERVICES[service].url(port, password);
}

/** Stops and removes the instance's service containers; with `purge` their volumes too. */
export async function removeServices(instance, { purge = false } = {}) {
  const filters = { label: [`${DATA_DIR_LABEL}=${instance.id}`] };
  const found = await docker.listContainers({ all: true, filters });
  for (const { Id } of found) {
    const container = docker.getContainer(Id);
    await container.stop({ t: purge ? 1 : 20 }).catch(() => {});
    await orMissing(container.remove({ force: true }));
  }
  if (!purge) return found.length;
  for (const service of Object.keys(SERVICES)) {
    await orMissing(docker.getVolume(instance.serviceName(service)).remove());
  }
  return found.length;
}
