import { Injectable } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';

interface GaugeOptions {
  readonly name: string;
  readonly help: string;
  /** Called at each scrape; undefined while there is no value. */
  readonly read: () => number | undefined;
}

interface LabelledGaugeOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly label: Label;
  /** Called at each scrape: the gauge's value by value of the label. */
  readonly read: () => Readonly<Record<string, number>>;
}

/** Measured states, as opposed to counts. The module that has the state adds the gauge; it is measured at each scrape. */
@Injectable()
export class Gauges {
  readonly registry = new Registry();

  add({ name, help, read }: GaugeOptions): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        const value = read();
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
  }

  addLabelled<Label extends string>({ name, help, label, read }: LabelledGaugeOptions<Label>): void {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [key, value] of Object.entries(read())) this.labels(key).set(value);
      },
    });
  }
}
