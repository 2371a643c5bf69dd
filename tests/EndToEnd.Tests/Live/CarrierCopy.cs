using System.Globalization;
using Perimeter.Harness;

namespace Perimeter.EndToEnd.Tests;

/// <summary>A small carrier of a person's own, to be changed: one customer, one vendor, an A-Z deck each.</summary>
internal sealed class CarrierCopy : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public CarrierCopy(decimal customerRate)
    {
        Write("relationships.csv", "id,name\n1,Acme\n2,Baltic");
        Write("trunk_groups.csv", "id,name,relationship,direction,relation\n1,Northgate Premium,1,termination,customer\n2,EuroRoute Gold,2,termination,vendor");
        Write("decks.csv", "id,name,direction,relation,type,files\n1,Acme A-Z,termination,customer,international-dialed,acme.csv\n2,Baltic A-Z,termination,vendor,international-dialed,baltic.csv");
        Write("assignments.csv", "id,trunk_group,class,deck\n1,1,international,1\n2,2,international,2");
        Write("trunks.csv", "id,name,trunk_group,address");
        WriteRate(customerRate);
        Write("baltic.csv", "code,destination,rate\n44,UK,0.004\n49,Germany,0.01\n33,France,0.02\n234,Nigeria,0.1\n91,India,0.03");
    }

    public string Path => _folder.Path;

    public void WriteRate(decimal rate)
    {
        string text = rate.ToString(CultureInfo.InvariantCulture);
        Write("acme.csv", $"code,destination,rate\n44,UK,{text}\n49,Germany,{text}\n33,France,{text}\n234,Nigeria,{text}\n91,India,{text}");
    }

    public void Write(string file, string content) => File.WriteAllText(_folder[file], content + "\n");

    public void Dispose() => _folder.Dispose();
}
