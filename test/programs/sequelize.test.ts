import { DataTypes, Op, Sequelize } from "sequelize";
import { expect, test } from "vitest";
import { outcomes } from "../capture/well-formed.ts";
import { useProgramServer } from "./program-server.ts";

const programs = useProgramServer();

test("a program with Sequelize does the same through Custody", async (context) => {
  const server = await programs(context);
  const { directUrl, pastUrl, proxied } = await server.twins();
  const [direct, through] = [await program(directUrl), await program(proxied.url)];
  expect(through).toEqual(direct);
  expect(await server.dump(pastUrl)).toBe(await server.dump(directUrl));
  expect(outcomes(proxied.recorder).filter((line) => line.includes("denied"))).toEqual([]);
  expect(outcomes(proxied.recorder)).toContainEqual(
    expect.stringMatching(/^INSERT INTO "Orders" .* · completed · ok · rolled-back/s),
  );
});

/** Makes its tables, changes them, and does what such programs do; returns all that it was told, and each statement. */
async function program(url: string): Promise<unknown> {
  const statements: string[] = [];
  const sequelize = new Sequelize(url, {
    define: { timestamps: false },
    logging: (text) => void statements.push(text),
    pool: { max: 2 },
  });
  try {
    return { ...(await work(sequelize)), statements: statements.map(withoutNames) };
  } finally {
    await sequelize.close();
  }
}

/** Transactions have random names, and each database its own. */
function withoutNames(statement: string): string {
  const text = statement.replace(/^Executing \([^)]*\): /, "");
  return text.replaceAll(/\btwin_\w+/g, "twin").replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "NAME");
}

async function work(sequelize: Sequelize) {
  const Firm = sequelize.define("Firm", {
    mood: { defaultValue: "calm", type: DataTypes.ENUM("calm", "wild") },
    name: { allowNull: false, type: DataTypes.STRING, unique: true },
    words: DataTypes.ARRAY(DataTypes.TEXT),
  });
  const Order = sequelize.define("Order", {
    document: DataTypes.JSONB,
    total: { type: DataTypes.DECIMAL(10, 2), validate: { min: 0 } },
  });
  const Tag = sequelize.define("Tag", { name: { primaryKey: true, type: DataTypes.STRING } });
  Firm.hasMany(Order, { foreignKey: { allowNull: false, name: "firmId" }, onDelete: "CASCADE" });
  Order.belongsTo(Firm, { foreignKey: "firmId" });
  Order.belongsToMany(Tag, { through: "OrderTags" });
  Tag.belongsToMany(Order, { through: "OrderTags" });
  await sequelize.sync({ force: true });
  await sequelize.getQueryInterface().addColumn("Orders", "note", DataTypes.TEXT);
  await sequelize.getQueryInterface().addIndex("Orders", ["firmId", "total"]);
  await sequelize.sync({ alter: true });

  const firms = await Firm.bulkCreate(
    Array.from({ length: 5 }, (_, number) => ({ name: `firm ${number}`, words: ["a", "b,c"] })),
    { returning: true },
  );
  const ids = firms.map((firm) => firm.get("id") as number);
  await Order.bulkCreate(
    ids.flatMap((firmId) =>
      [10, 20.5].map((total) => ({ document: { firmId, "it's": [1] }, firmId, total })),
    ),
  );
  await Tag.bulkCreate([{ name: "new" }, { name: "old" }]);
  await Firm.upsert({ id: ids[0], mood: "wild", name: "firm 0" });

  await sequelize.transaction(async (transaction) => {
    await Order.update({ total: 1 }, { transaction, where: { total: { [Op.lt]: 15 } } });
    await sequelize
      .transaction({ transaction }, async (inner) => {
        await Order.create({ firmId: ids[1], total: 99 }, { transaction: inner });
        throw new Error("take it back");
      })
      .catch(() => {});
    const locked = await Firm.findByPk(ids[2], { lock: transaction.LOCK.UPDATE, transaction });
    await locked?.destroy({ transaction });
  });
  const rolledBack = await sequelize
    .transaction((transaction) => Order.create({ firmId: 99_999, total: 1 }, { transaction }))
    .catch((error: { name: string; parent?: { code?: string } }) => `${error.name} ${error.parent?.code}`);
  const duplicate = await Firm.create({ name: "firm 1" }).catch(
    (error: { name: string; fields?: unknown }) => `${error.name} ${JSON.stringify(error.fields)}`,
  );
  const [order] = await Order.findAll({ limit: 1, order: ["id"] });
  await (order as unknown as { setTags(names: string[]): Promise<void> }).setTags(["new", "old"]);

  const include = [{ include: [Tag], model: Order }];
  return {
    counted: await Order.findAndCountAll({
      limit: 2,
      order: ["id"],
      raw: true,
      where: { "document.firmId": ids[1] } as never,
    }),
    duplicate,
    eager: JSON.stringify(await Firm.findAll({ include, order: ["id", [Order, "id", "ASC"]] })),
    grouped: await Order.findAll({
      attributes: ["firmId", [sequelize.fn("sum", sequelize.col("total")), "sum"]],
      group: "firmId",
      order: ["firmId"],
      raw: true,
    }),
    rolledBack,
    tables: await sequelize.getQueryInterface().showAllTables(),
    written: await sequelize.getQueryInterface().describeTable("Orders"),
  };
}
