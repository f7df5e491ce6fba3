import { type Admin, type Kafka } from 'kafkajs';

/** An administration client that connects at its first use, and again after every error. */
export class AdminSession {
  private session: Promise<Admin> | undefined;

  constructor(private readonly kafka: Kafka) {}

  /** Rejects with the error of the connect or of `work`. */
  async use<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const session = (this.session ??= this.connect());
    try {
      return await work(await session);
    } catch (error) {
      if (this.session === session) this.close();
      throw error;
    }
  }

  /** Does not wait for the disconnect, which a hung broker would delay. */
  close(): void {
    const session = this.session;
    this.session = undefined;
    session?.then((admin) => admin.disconnect()).catch(() => undefined);
  }

  private async connect(): Promise<Admin> {
    const admin = this.kafka.admin();
    await admin.connect();
    return admin;
  }
}
