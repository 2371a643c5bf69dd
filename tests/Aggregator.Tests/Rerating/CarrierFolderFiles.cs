namespace Perimeter.Aggregator.Tests.Rerating;

/// <summary>The files of a small carrier, to be changed one at a time: two customers, two vendors, decks in two currencies, calls of two classes.</summary>
internal sealed class CarrierFolderFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("perimeter-rerate-carrier-").FullName;

    public CarrierFolderFiles()
    {
        Write("settings.csv", "name,value\ncurrency,USD");
        Write("relationships.csv", "id,name\n1,Acme\n2,Baltic\n3,Cobalt\n4,Delta");
        Write("trunk_groups.csv", TrunkGroups);
        Write("trunks.csv", "id,name,trunk_group,address\n1,acme-1,1,192.0.2.1");
        Write("exchange_rates.csv", "id,currency,rate,effective_date,expiration_date\n1,EUR,1.158412345678,,2026-09-14\n2,EUR,1.2,2026-09-15,");
        Write(
            "decks.csv",
            "id,name,direction,relation,type,files,currency,rounding_digits,propagation_delay\n"
            + "1,Acme A-Z,termination,customer,international-dialed,acme.csv,USD,6,no\n"
            + "2,Acme US,termination,customer,npanxx,acme-us.csv,USD,6,no\n"
            + "3,Cobalt A-Z,termination,customer,international-dialed,cobalt.csv,EUR,9,yes\n"
            + "4,Baltic A-Z,termination,vendor,international-dialed,baltic.csv,EUR,6,no\n"
            + "5,Delta A-Z,termination,vendor,international-dialed,delta.csv,USD,6,no\n"
            + "6,Baltic US,termination,vendor,npanxx,baltic-us.csv,USD,6,no\n"
            + "7,Acme A-Z cheap,termination,customer,international-dialed,acme-cheap.csv,USD,6,no");
        Write("assignments.csv", Assignments);
        Write("acme.csv", AcmeRates);
        Write("acme-cheap.csv", "code,destination,rate\n44,UK,0.001\n447,UK mobile,0.002\n33,France,0.003");
        Write("acme-us.csv", "code,interstate_rate,intrastate_rate,indeterminate_rate\n201,0.01,0.02,0.03\n212,0.011,0.021,0.031");
        Write("cobalt.csv", "code,destination,rate,initial,increment\n44,UK,0.013333333,30,6\n33,France,0.02,60,60\n7,Russia,0.3,1,1");
        Write("baltic.csv", "code,destination,rate\n44,UK,0.004\n447,UK mobile,0.009\n33,France,0.015\n7,Russia,0.1");
        Write("delta.csv", "code,destination,rate,connect_fee\n44,UK,0.005,0.001\n33,France,0.016,0\n7,Russia,0.12,0.01");
        Write("baltic-us.csv", "code,rate\n201,0.004\n212,0.005");
    }

    public const string TrunkGroups =
        "id,name,relationship,direction,relation\n1,Acme in,1,termination,customer\n2,Baltic out,2,termination,vendor\n3,Cobalt in,3,termination,customer\n"
        + "4,Delta out,4,termination,vendor";

    public const string Assignments =
        "id,trunk_group,class,deck\n1,1,international,1\n2,1,us_canada,2\n3,3,international,3\n4,2,international,4\n5,4,international,5\n6,2,us_canada,6";

    public const string AcmeRates = "code,destination,rate,initial,increment\n44,UK,0.01,1,1\n447,UK mobile,0.02,6,6\n33,France,0.03,60,60\n331,Paris,0.025,1,1";

    public const string Numbers = "id,number,type,customer_tier,vendor_tier,effective_date\n1,12015550123,did,1,1,\n2,12125550123,did,3,2,2026-09-14";

    public string Path => _folder;

    /// <summary>Adds numbers of the carrier's own, a vendor that delivers calls to them and a customer who has them.</summary>
    public void AddNumbers()
    {
        Write("trunk_groups.csv", TrunkGroups + "\n8,Golf in,2,origination,vendor\n9,Hotel out,1,origination,customer");
        Append("decks.csv", "8,Golf tiers,origination,vendor,did,golf.csv,EUR,6,no\n9,Hotel tiers,origination,customer,did,hotel.csv,USD,6,no");
        Write("assignments.csv", Assignments + "\n8,8,did,8\n9,9,did,9");
        Write("golf.csv", "tier,rate,initial,increment\n1,0.001,6,6\n2,0.002,6,6");
        Write("hotel.csv", "tier,rate,initial,increment\n1,0.01,60,60\n2,0.02,60,60\n3,0.03,60,60");
        Write("numbering.csv", Numbers);
    }

    public void Write(string file, string content) => File.WriteAllText(System.IO.Path.Combine(_folder, file), content + "\n");

    private void Append(string file, string content) => File.AppendAllText(System.IO.Path.Combine(_folder, file), content + "\n");

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
