namespace Perimeter.Rating.Tests.Building;

/// <summary>Which branches of the look-up the random calls went through.</summary>
internal sealed class BranchesHit
{
    public bool Future { get; set; }
    public bool Expired { get; set; }
    public bool Superseded { get; set; }
    public bool SupersededDidNotComeBack { get; set; }
    public bool SameDate { get; set; }
    public bool Blocked { get; set; }
    public bool BlockedUnderOpenParent { get; set; }
    public bool FourDeep { get; set; }
    public bool NoCode { get; set; }
}
